/** What the kernel refused, as a failure that says what to look at. */

import {KernelFailure} from '../../errors.js';
import type {RulesetRequest} from './ruleset-codec.js';

export function refusal(what: string, errno: string, request?: Partial<RulesetRequest>): KernelFailure {
	const part = request?.what === undefined ? '' : ` (${request.what})`;
	const hint = hints[errno];
	return new KernelFailure(`the kernel refused to ${what}: ${errno}${part}`, {errno, ...hint !== undefined && {hint}});
}

const hints: Readonly<Record<string, string>> = {
	EPERM: 'root is needed, and while the farm\'s daemon runs its tables are its own: \'farmctl status\' shows whether it does',
	ENOENT: 'is the interface there (\'ip link\'), and is the filter installed (\'farmctl rules show\')?',
	EEXIST: '\'farmctl rules show\' prints what is there',
};
