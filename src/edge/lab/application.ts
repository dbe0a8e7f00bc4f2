/** What a lab's configuration says of its application: the contents of a file of the user's, or the lab's own web server as a service with checks. */

import {readFileSync} from 'node:fs';
import process from 'node:process';
import {renderLabApplication} from '../../core/lab/application-yaml.js';
import {topologyOf, type LabOptions} from '../../core/lab/topology.js';
import {UsageFailure} from '../../errors.js';
import {serverProgram} from './players.js';

/** The file's text. Throws a UsageFailure when it cannot be read. */
export function applicationIn(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new UsageFailure(`cannot read '${file}' (${(error as NodeJS.ErrnoException).code})`, {hint: 'name a file with services and checks, as in farmctl.conf(5)'});
	}
}

/** The web server that a lab has anyway, started and watched by each node's daemon. */
export const ownApplication = (options: LabOptions): string => renderLabApplication([process.execPath, serverProgram], topologyOf(options).vips);
