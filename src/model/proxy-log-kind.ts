/** What lines of the proxy itself can be evidence of, in words. */
export const PROXY_LOG_KINDS = {
  certificateFailed: 'trouble with a certificate',
  configFetchTimeout: 'configuration or a secret that was waited for in vain',
  configReceived: 'configuration received',
  configRejected: 'configuration rejected',
  controlPlaneLost: 'connection to the control plane lost',
  crash: 'a crash',
  drain: 'shutting down or draining',
  fileDescriptors: 'no file descriptor left',
  notReady: 'not ready yet',
  started: 'started and ready',
} as const;

export type ProxyLogKind = keyof typeof PROXY_LOG_KINDS;
