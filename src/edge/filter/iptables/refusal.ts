/** What iptables' programs complain of, as failures with the errno that the kernel would have given. */

import {KernelFailure} from '../../../errors.js';
import {lockWaitS, type ProgramResult} from './programs.js';

const errors: ReadonlyArray<readonly [pattern: RegExp, errno: string]> = [
	[/permission denied|operation not permitted|must be root/iu, 'EPERM'],
	[/xtables lock/iu, 'EBUSY'],
	[/no chain\/target\/match|no such file|does a matching rule exist|line \d+ failed$/iu, 'ENOENT'],
	[/invalid argument/iu, 'EINVAL'],
];

const hints: Readonly<Record<string, string>> = {
	EPERM: 'root is needed',
	EBUSY: `another program has held the lock of iptables for ${lockWaitS} s; 'fuser /run/xtables.lock' shows which`,
	ENOENT: 'is the filter installed (\'farmctl rules show\'), and does the kernel have xt_HMARK, xt_bpf, xt_conntrack and xt_mark (\'modprobe xt_HMARK\')?',
};

/** `what` completes the sentence "the kernel refused to ...". */
export function refusal(what: string, {complaint}: Pick<ProgramResult, 'complaint'>): KernelFailure {
	const errno = errors.find(([pattern]) => pattern.test(complaint))?.[1] ?? 'EINVAL';
	const hint = hints[errno];
	return new KernelFailure(`the kernel refused to ${what}: ${errno} (${complaint})`, {errno, ...hint !== undefined && {hint}});
}
