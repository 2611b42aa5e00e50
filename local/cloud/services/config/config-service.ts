import * as sdk from '@aws-sdk/client-config-service';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import { ConfigState } from './config-state';
import { recorderOperations } from './recorder-operations';
import { RuleEvaluation } from './rule-evaluation';
import { ruleOperations } from './rule-operations';

/** AWS Config: a recorder, and managed rules that judge clusters. Configuration items themselves are not kept. */
export function createConfigService(cloud: CloudContext, events: EventSink): Service {
  const state = new ConfigState();
  return defineService(sdk, 'config', { ...recorderOperations(cloud, state), ...ruleOperations(cloud, state, new RuleEvaluation({ cloud, events, state })) });
}
