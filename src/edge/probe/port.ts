/** The probe endpoint as the daemon uses it. */

import type {Listen} from './server.js';
import type {ProbeReport} from './report.js';

export type ProbeEndpoint = {
	/** As bound. */
	readonly port: number;
	/** Resolves when nothing listens any more. */
	readonly close: () => Promise<void>;
};

export type ProbeParts = {
	readonly listen: Listen;
	/** Asked only when somebody asks the endpoint, and then not often. */
	readonly report: () => ProbeReport;
	/** It has ended although nobody closed it. */
	readonly lost: (why: string) => void;
};

/** Rejects with a SystemFailure when nothing can listen there. */
export type OpenProbe = (parts: ProbeParts) => Promise<ProbeEndpoint>;
