/** `explain`: who serves one client and why. `owners`: who has which slots, and the rules that say which slot is whose, for those who ask about many clients. */

import {optional, text, whole, type Parsed} from '../../edge/control/form.js';
import {controlVerb, type ControlVerbs} from '../../edge/control/protocol.js';
import {parseAddress} from '../../core/model/address.js';
import {UsageFailure} from '../../errors.js';
import type {Endpoint} from '../../core/explain/question.js';
import type {VerbParts} from './parts.js';

/** No text of an address is longer. */
const addressLengthMax = 64;
const address = text(addressLengthMax);
const port = optional(whole(1, 65_535));
const question = {client: address, clientPort: port, vip: optional(address), vipPort: port};

export const explainVerbs = ({explaining}: Pick<VerbParts, 'explaining'>): ControlVerbs => ({
	explain: controlVerb({
		isForPeers: true,
		fields: question,
		async answer({client, clientPort, vip, vipPort}: Parsed<typeof question>) {
			return explaining.explain({client: endpointOf(client, clientPort), ...vip !== undefined && {vip: endpointOf(vip, vipPort)}});
		},
	}),
	owners: controlVerb({isForPeers: true, fields: {}, answer: async () => explaining.knowledge()}),
});

function endpointOf(given: string, portGiven: number | undefined): Endpoint {
	const known = parseAddress(given);
	if (known === undefined) {
		throw new UsageFailure(`${JSON.stringify(given)} is no address`);
	}

	return {address: known.text, ...portGiven !== undefined && {port: portGiven}};
}
