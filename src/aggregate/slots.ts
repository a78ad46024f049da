import { spanOf } from '../model/field.ts';

// Places of the fields in the span table, resolved once.
export const START_TIME = spanOf('startTime');
export const METHOD = spanOf('method');
export const PATH = spanOf('path');
export const PROTOCOL = spanOf('protocol');
export const RESPONSE_CODE = spanOf('responseCode');
export const RESPONSE_FLAGS = spanOf('responseFlags');
export const DETAILS = spanOf('responseCodeDetails');
export const TERMINATION_DETAILS = spanOf('connectionTerminationDetails');
export const TRANSPORT_FAILURE = spanOf('upstreamTransportFailureReason');
export const MIXER_STATUS = spanOf('mixerStatus');
export const BYTES_RECEIVED = spanOf('bytesReceived');
export const BYTES_SENT = spanOf('bytesSent');
export const DURATION = spanOf('duration');
export const SERVICE_TIME = spanOf('upstreamServiceTime');
export const REQUEST_ID = spanOf('requestId');
export const AUTHORITY = spanOf('authority');
export const UPSTREAM_HOST = spanOf('upstreamHost');
export const UPSTREAM_CLUSTER = spanOf('upstreamCluster');
export const UPSTREAM_LOCAL = spanOf('upstreamLocalAddress');
export const DOWNSTREAM_LOCAL = spanOf('downstreamLocalAddress');
export const DOWNSTREAM_REMOTE = spanOf('downstreamRemoteAddress');
export const SERVER_NAME = spanOf('requestedServerName');
export const ROUTE_NAME = spanOf('routeName');
export const ATTEMPT_COUNT = spanOf('upstreamRequestAttemptCount');
export const GRPC_STATUS = spanOf('grpcStatus');
