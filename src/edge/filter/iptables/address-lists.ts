/**
Lists of xt_recent, which rules of iptables look addresses up in. The kernel shows each as a file: what is written to it, `+ADDRESS`, or `/` for all away, is
done when the write returns.
*/

import {readFileSync, writeFileSync} from 'node:fs';
import {KernelFailure} from '../../../errors.js';

export type AddressLists = {
	/** Whether anything stands in the list. Throws a KernelFailure. */
	readonly hasAny: (name: string) => boolean;
	/** Puts these addresses into it. Throws a KernelFailure, having put none or the first few in. */
	readonly add: (name: string, addresses: readonly string[]) => void;
	/** Takes everything out of it at once. Throws a KernelFailure. */
	readonly empty: (name: string) => void;
};

/** The lists of the network namespace that `inside` works in. */
export function createAddressLists(inside: <T>(work: () => T) => T = work => work()): AddressLists {
	const write = (name: string, lines: readonly string[]): void => {
		attempt(`change the list ${name}`, () => {
			inside(() => {
				for (const line of lines) {
					writeFileSync(fileOf(name), line);
				}
			});
		});
	};

	return {
		hasAny: name => attempt(`read the list ${name}`, () => inside(() => readFileSync(fileOf(name), 'utf8'))) !== '',
		add(name, addresses) {
			write(name, addresses.map(address => `+${address}\n`));
		},
		empty(name) {
			write(name, ['/\n']);
		},
	};
}

const fileOf = (name: string): string => `/proc/thread-self/net/xt_recent/${name}`;

function attempt<T>(what: string, work: () => T): T {
	try {
		return work();
	} catch (error) {
		const errno = (error as NodeJS.ErrnoException).code ?? 'EIO';
		throw new KernelFailure(`the kernel refused to ${what}: ${errno}`, {
			errno, cause: error, hint: 'is the filter installed (\'farmctl rules show\'), and does the kernel have xt_recent (\'modprobe xt_recent\')?',
		});
	}
}
