/** The probe as seen from outside: started on a lab's client host and asked line by line. */

import path from 'node:path';
import {bareAddress, echoPort, type Topology} from '../../../src/core/lab/topology.js';
import {startLineProgram} from '../line-program.js';
import type {Look} from './probe.js';

const program = path.join(import.meta.dirname, 'probe.js');

/** Between two requests of one client. All clients together ask a few thousand times a second: more, and the probe would measure itself. */
export const requestIntervalMs = 5;

export type Prober = {
	/** Counts anew. */
	readonly begin: () => Promise<Look>;
	/** What the clients have seen since. */
	readonly look: () => Promise<Look>;
	readonly end: () => Promise<void>;
};

/** Starts to ask the lab's first VIP from every client address of its family, which is IPv4. */
export function startProber({client, vips}: Topology): Prober {
	const clients = client.addresses.map(address => bareAddress(address)).filter(address => !address.includes(':'));
	const {ask, end} = startLineProgram<Look>(client.namespace, program, bareAddress(vips[0]!), String(echoPort), String(requestIntervalMs), ...clients);
	return {begin: async () => ask('begin'), look: async () => ask('look'), end};
}
