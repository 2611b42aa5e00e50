import * as sdk from '@aws-sdk/client-xray';
import { defineService, PerRegion, type Place, type Service } from '../../gateway/service';

/** X-Ray as far as the rehearsal needs it: segments are taken and counted, not analysed. */
export interface XRay {
  readonly service: Service;
  /** How many segments arrived in the account and region. */
  readonly segmentsIn: (place: Place) => number;
}

/** Creates it. Functions that trace ask for sampling rules first; every request is sampled. */
export function createXRay(): XRay {
  const counts = new PerRegion<{ segments: number }>(() => ({ segments: 0 }));
  const anything = () => [{ resource: '*' }];
  const service = defineService(sdk, 'xray', {
    PutTraceSegments: {
      access: anything,
      run: ({ TraceSegmentDocuments: documents = [] }, call) => {
        const unreadable = documents.filter((document) => !isSegment(document));
        counts.in(call).segments += documents.length - unreadable.length;
        return { UnprocessedTraceSegments: unreadable.map(() => ({ ErrorCode: 'ParseError', Message: 'Invalid segment. ErrorCode: ParseError' })) };
      },
    },
    PutTelemetryRecords: { access: anything, run: () => ({}) },
    GetSamplingRules: { access: anything, run: () => ({ SamplingRuleRecords: [] }) },
    GetSamplingTargets: { access: anything, run: () => ({ SamplingTargetDocuments: [], UnprocessedStatistics: [] }) },
  });
  return { service, segmentsIn: (place) => counts.in(place).segments };
}

function isSegment(document: string): boolean {
  try {
    const { id, trace_id: traceId } = JSON.parse(document) as { readonly id?: unknown; readonly trace_id?: unknown };
    return typeof id === 'string' && typeof traceId === 'string';
  } catch {
    return false;
  }
}
