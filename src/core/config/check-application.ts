/** Services, checks and what is told whom: whether names are there, and whether the parts of one thing fit together. */

import {parseAddress} from '../model/address.js';
import {
	hookNames, type ApplicationConfig, type Hooks, type Mail, type Notify,
} from '../model/application.js';
import {checkChecks} from './check-checks.js';
import {checkServices} from './check-services.js';
import type {RawFarm} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';
import {portMax} from './texts.js';

type RawApplication = Pick<RawFarm, 'services' | 'checks' | 'hooks' | 'actions' | 'boot' | 'keep-at-least' | 'slow-start' | 'probe' | 'notify'>;

/** Reports all that the parts say against one another; the application only where every part is there. */
export function checkApplication(raw: RawApplication, nodesCount: number, report: Report): ApplicationConfig | undefined {
	const services = checkServices(raw.services ?? [], report);
	const checks = checkChecks(raw.checks ?? [], raw.services ?? [], report);
	const hooks = checkHooks(raw.hooks);
	const probe = checkProbe(raw.probe, report);
	const notify = checkNotify(raw.notify, report);
	const {boot, 'keep-at-least': keepAtLeast, 'slow-start': slowStartMs} = raw;
	const {max, within: withinMs} = raw.actions ?? {};
	if (keepAtLeast !== undefined && nodesCount > 0 && keepAtLeast > nodesCount) {
		report(['keep-at-least'], `the farm has ${nodesCount === 1 ? 'one node' : `${nodesCount} nodes`}, so it can never keep ${keepAtLeast}`, {hint: `at most keep-at-least: ${nodesCount}`});
	}

	const isWhole = areAll(services) && areAll(checks) && (raw.probe === undefined) === (probe === undefined) && (raw.notify === undefined) === (notify === undefined);
	return isWhole && hooks && max !== undefined && withinMs !== undefined && boot !== undefined && keepAtLeast !== undefined && slowStartMs !== undefined
		? {
			services, checks, hooks, actions: {max, withinMs}, boot, keepAtLeast, slowStartMs, probe, notify,
		}
		: undefined;
}

const areAll = <T>(list: ReadonlyArray<T | undefined>): list is readonly T[] => list.every(item => item !== undefined);

function checkHooks(raw: RawFarm['hooks']): Hooks | undefined {
	const commands = hookNames.flatMap(name => raw?.[name] === undefined ? [] : [[name, raw[name]] as const]);
	return raw?.timeout === undefined ? undefined : {commands: Object.fromEntries(commands), timeoutMs: raw.timeout};
}

function checkProbe(raw: RawFarm['probe'], report: Report): ApplicationConfig['probe'] {
	if (raw?.listen === undefined) {
		return undefined;
	}

	const colon = raw.listen.lastIndexOf(':');
	const address = parseAddress(raw.listen.slice(0, colon).replace(/^\[(.*)\]$/u, '$1'));
	const port = Number(raw.listen.slice(colon + 1));
	if (!address || port < 1 || port > portMax) {
		report(['probe', 'listen'], `${quote(raw.listen)} is not an address and a port from 1 to ${portMax}`, {hint: 'such as 192.0.2.11:8080, or [2001:db8::11]:8080'});
		return undefined;
	}

	return {address: address.text, port};
}

function checkNotify(raw: RawFarm['notify'], report: Report): Notify | undefined {
	if (!raw) {
		return undefined;
	}

	const {level, group: groupMs, webhook, mail: rawMail} = raw;
	if (webhook === undefined && rawMail === undefined) {
		report(['notify'], 'nobody is named to be told', {hint: 'webhook: {url: "https://…"}, or mail: {server: …, from: …, to: [ … ]}', at: 'key'});
	}

	const mail = rawMail && checkMail(rawMail, report);
	const isWhole = level !== undefined && groupMs !== undefined && (rawMail === undefined || mail !== undefined) && (webhook === undefined || webhook.url !== undefined);
	return isWhole
		? {
			level, groupMs, mail, webhook: webhook?.url === undefined ? undefined : {url: webhook.url, headersFile: webhook['headers-file']},
		}
		: undefined;
}

function checkMail({server, port, from, to, user, 'password-file': passwordFile}: NonNullable<NonNullable<RawFarm['notify']>['mail']>, report: Report): Mail | undefined {
	if ((user === undefined) !== (passwordFile === undefined)) {
		const [there, missing] = user === undefined ? ['password-file', 'user'] as const : ['user', 'password-file'] as const;
		report(['notify', 'mail', there], `a login needs a user and a password-file, and there is no ${missing}`, {at: 'key'});
	}

	const recipients = to?.filter(address => address !== undefined);
	return server !== undefined && port !== undefined && from !== undefined && recipients !== undefined && recipients.length === to?.length
		? {
			server, port, from, to: recipients, user, passwordFile,
		}
		: undefined;
}
