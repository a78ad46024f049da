/** What lines of the proxy itself can be evidence of, in words that go on after "tells of". */
export const PROXY_LOG_KINDS = {
  certificateFailed: 'trouble with a certificate',
  configFetchTimeout: 'configuration or a secret that was waited for in vain',
  configReceived: 'new configuration',
  configRejected: 'rejected configuration',
  controlPlaneLost: 'a lost connection to the control plane',
  crash: 'a crash',
  drain: 'a shutdown or a drain',
  fileDescriptors: 'a lack of file descriptors',
  notReady: 'a proxy that is not ready yet',
  started: 'a proxy that started and became ready',
} as const;

export type ProxyLogKind = keyof typeof PROXY_LOG_KINDS;
