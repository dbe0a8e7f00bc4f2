/** An interface is up and has carrier, or the machine has an address. Both are told by the kernel as they change. */

import {canonicalAddress} from '../../core/model/address.js';
import type {Probe} from '../../core/model/application.js';
import type {LinkNotice} from '../link/port.js';
import {down, timedOut, up, type Finding} from './port.js';
import type {CheckParts, Source} from './source.js';

type InterfaceProbe = Extract<Probe, {type: 'interface'}>;
type AddressProbe = Extract<Probe, {type: 'address'}>;

export const createInterfaceSource = ({interface: name}: InterfaceProbe, parts: Pick<CheckParts, 'link'>): Source => watchedSource(
	parts,
	async () => {
		const found = (await parts.link().interfaces()).find(item => item.name === name);
		if (found === undefined) {
			return down(`there is no interface ${name}`);
		}

		return found.isUp
			? (found.hasCarrier ? up(`${name} is up`) : down(`${name} has no carrier: is its cable plugged in?`))
			: down(`${name} is down: ip link set ${name} up`);
	},
	notice => notice.kind === 'unknown' || (notice.kind === 'interface' && notice.interface === name),
);

export function createAddressSource({address, interface: name}: AddressProbe, parts: Pick<CheckParts, 'link'>): Source {
	const wanted = canonicalAddress(address) ?? address;
	return watchedSource(
		parts,
		async () => {
			const places = (await parts.link().addresses()).filter(item => item.address === wanted).map(item => item.interface);
			if (name === undefined || places.includes(name)) {
				return places.length === 0 ? down(`no interface has ${address}`) : up(`${address} is on ${name ?? places.join(', ')}`);
			}

			return down(`${address} is not on ${name}${places.length === 0 ? '' : `, but on ${places.join(', ')}`}`);
		},
		notice => notice.kind === 'unknown' || (notice.kind === 'address' && notice.value === wanted) || (notice.kind === 'interface' && notice.interface === name),
	);
}

/** Looks when it is asked to and when a notice concerns it. The notices of one change are looked at once. */
function watchedSource(parts: Pick<CheckParts, 'link'>, look: () => Promise<Finding>, concerns: (notice: LinkNotice) => boolean): Source {
	let isClosed = false;
	let isLooking = false;
	let isToLookAgain = false;
	let unwatch = (): void => undefined;
	const lookAgain = async (told: (finding: Finding) => void): Promise<void> => {
		// Told while a look is under way, it may have missed what happened.
		isToLookAgain = isLooking;
		if (isLooking) {
			return;
		}

		isLooking = true;
		// What cannot be looked at now is looked at by the next probe, which says so.
		const finding = await look().catch(() => undefined);
		isLooking = false;
		if (finding !== undefined && !isClosed) {
			told(finding);
		}

		if (isToLookAgain && !isClosed) {
			void lookAgain(told);
		}
	};

	return {
		find: async signal => signal.aborted ? timedOut('not looked at') : look(),
		watch(told) {
			unwatch = parts.link().watch(notice => {
				if (concerns(notice)) {
					void lookAgain(told);
				}
			});
		},
		async close() {
			isClosed = true;
			unwatch();
		},
	};
}
