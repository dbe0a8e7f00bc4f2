/**
A node whose service has just died refuses nobody. The kernel answers a SYN for which nobody listens with a reset, and the client gives up; where it hears
nothing it sends the SYN again, and by then the slot is another node's. So in a farm that runs services no reset of that kind leaves from the ports of its
rules. It is told from others by its sequence number, which is 0 (RFC 9293, section 3.10.7.1): what resets a connection goes on in that connection's.
*/

import type {AddressFamily, Farm, Rule, Vip} from '../model/farm.js';
import {drop, isEqual, isFamily, isNotLocal, isPort, isProtocol} from './statements.js';
import type {Chain, FieldName, FilterRule, Statement} from './model.js';
import {addressBytes, tcpFlags} from './values.js';

const source = (family: AddressFamily): FieldName => family === 4 ? 'ip saddr' : 'ip6 saddr';

const refuses: Statement = {kind: 'match', field: 'tcp flags', mask: [tcpFlags.rst + tcpFlags.ack], is: 'equal', value: [tcpFlags.rst + tcpFlags.ack]};

const isFirst = isEqual('tcp sequence', [0, 0, 0, 0]);

/** The chain, where the farm has services and a rule for TCP. */
export function silenceChains(farm: Farm): Chain[] {
	const rules = farm.application.services.length === 0 ? [] : farm.vips.flatMap(vip => farm.rules.filter(rule => rule.vip === vip.address && rule.protocol === 'tcp').flatMap(rule => refusals(vip, rule)));
	return rules.length === 0 ? [] : [{name: 'silence', hook: {hook: 'output', priority: 0}, rules}];
}

const refusals = ({family, address}: Vip, {ports}: Rule): FilterRule[] => ports.map(range => [
	isProtocol('tcp'), refuses, isFirst, isFamily(family), isEqual(source(family), addressBytes(address)), isPort('th sport', range), isNotLocal, drop,
]);
