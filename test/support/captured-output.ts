type Line = Readonly<Record<string, unknown>>;

/** What the code under test writes to standard output and standard error, caught instead of shown. */
export interface CapturedOutput {
  /** The lines that are JSON, such as log entries and metrics. */
  json(): readonly Line[];
  /** The values of a metric, in the embedded metric format, with the pipeline or the like that they belong to. */
  metric(name: string): readonly { readonly instance: unknown; readonly value: unknown; readonly unit: unknown }[];
  readonly text: string;
}

/** Catches both from before each test of the file to after it. */
export function captureOutput(): CapturedOutput {
  let text = '';
  beforeEach(() => {
    text = '';
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        text += String(chunk);
        return true;
      });
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const json = () => text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
  return {
    json,
    metric: (name) => json().flatMap((line) => (name in line ? [{ instance: line['instance'], value: line[name], unit: unitOf(line, name) }] : [])),
    get text() {
      return text;
    },
  };
}

interface EmbeddedMetrics {
  readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[] }[];
}

function unitOf(line: Line, name: string): string | undefined {
  return (line['_aws'] as EmbeddedMetrics | undefined)?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics).find(({ Name }) => Name === name)?.Unit;
}
