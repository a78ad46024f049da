/** Labels of a stream, fields of a batch: whatever stands before a list of lines and names who wrote them. */
const NAMED_POD = /"(?:pod|pod_name|podName|k8s_pod_name|kubernetes_pod_name)"\s*:\s*"([^"\\]{1,253})"/;
/** A pair of OpenTelemetry. */
const POD_OF_RESOURCE =
  /"k8s\.pod\.name"\s*,\s*"value"\s*:\s*\{\s*"string_?[vV]alue"\s*:\s*"([^"\\]{1,253})"/;
const LOG_STREAM = /"logStream"\s*:\s*"([^"\\]{1,512})"/;

/** Pod or stream of the lines that a document lists behind this text; null: none is named. */
export function readFrameSource(text: string): string | null {
  for (const pattern of [NAMED_POD, POD_OF_RESOURCE, LOG_STREAM]) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
}
