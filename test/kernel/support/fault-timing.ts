/** The timing of a lab's farm, in milliseconds, and how much worse a busy machine may make it. */

import {deriveTiming} from '../../../src/core/config/timing.js';
import {detectionMsDefault} from '../../../src/core/lab/topology.js';

export const {detectionMs, leaseMs, intervalMs} = deriveTiming({detection: detectionMsDefault});

/** Added to every bound on an outage: all nodes, the client and the capture share a few processors with whatever else runs. */
export const noiseMs = 400;

/** From silence to takeover. */
export const takeoverMaxMs = detectionMs + noiseMs;

export {kernelTickMs} from '../../../src/core/config/timing.js';
