/** The network between the nodes: each direction of each pair is a link of its own that may be cut; datagrams are lost, delayed, overtaken and doubled. */

import type {Agenda} from './agenda.js';
import type {Random} from './random.js';
import type {Packet} from './wire.js';

export type Weather = {
	readonly lossFraction: number;
	readonly delayFromMs: number;
	readonly delayToMs: number;
	readonly doubleFraction: number;
};

export const calm: Weather = {
	lossFraction: 0, delayFromMs: 1, delayToMs: 1, doubleFraction: 0,
};

export type NetworkModel = {
	weather: Weather;
	/** Cuts or mends one direction. */
	setLink: (from: number, to: number, isUp: boolean) => void;
	healAll: () => void;
	/** Since when the direction is up, infinite when it is down. */
	upSince: (from: number, to: number) => number;
	carry: (from: number, to: number, packet: Packet, deliver: (packet: Packet) => void) => void;
	/** Shows each packet that is sent from now on, also one that is lost. */
	tap: (listener: (packet: Packet, from: number, to: number) => void) => void;
};

/** All links are up, the weather is calm. `beforeChange` is called before a direction is cut or mended. */
export function createNetworkModel(agenda: Agenda, random: Random, beforeChange: () => void = () => undefined): NetworkModel {
	const links = new Map<string, {isUp: boolean; since: number}>();
	const taps: Array<Parameters<NetworkModel['tap']>[0]> = [];
	const key = (from: number, to: number): string => `${from}>${to}`;
	const isUp = (from: number, to: number): boolean => links.get(key(from, to))?.isUp ?? true;
	const network: NetworkModel = {
		weather: calm,
		setLink(from, to, up) {
			if (isUp(from, to) === up) {
				return;
			}

			beforeChange();
			links.set(key(from, to), {isUp: up, since: agenda.now()});
		},
		healAll() {
			beforeChange();
			for (const [name, link] of links) {
				if (!link.isUp) {
					links.set(name, {isUp: true, since: agenda.now()});
				}
			}
		},
		upSince: (from, to) => isUp(from, to) ? links.get(key(from, to))?.since ?? -Infinity : Infinity,
		tap(listener) {
			taps.push(listener);
		},
		carry(from, to, packet, deliver) {
			for (const listener of taps) {
				listener(packet, from, to);
			}

			const {lossFraction, delayFromMs, delayToMs, doubleFraction} = network.weather;
			for (const _ of random.chance(doubleFraction) ? [1, 2] : [1]) {
				if (isUp(from, to) && !random.chance(lossFraction)) {
					agenda.after(random.between(delayFromMs, delayToMs), () => {
						deliver(packet);
					});
				}
			}
		},
	};
	return network;
}
