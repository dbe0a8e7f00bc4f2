/** Checks: their defaults, by type, and whether what they name is there. */

import type {ApplicationConfig, Check, CheckAction} from '../model/application.js';
import {expressionWords} from '../application/expression.js';
import {checkDefaults} from './check-keys.js';
import {checkExpressions} from './check-expressions.js';
import {checkProbe} from './check-probe.js';
import type {RawCheck, RawCheckList, RawServices} from './keys.js';
import {quote} from './problem.js';
import type {Report} from './scalars.js';

/** A tenth, unless said otherwise. */
export const jitterPart = 1 / 10;

/** The checks as far as they are right; `undefined` in the place of one that is not. */
export function checkChecks(raw: RawCheckList, services: NonNullable<RawServices>, report: Report): Array<Check | undefined> {
	reportNames(raw, report);
	checkExpressions(raw, report);
	return raw.map((check, index) => check && checkCheck(check, index, services, report));
}

function reportNames(raw: RawCheckList, report: Report): void {
	const names = raw.map(check => check?.name);
	for (const [index, name] of names.entries()) {
		const path = ['checks', index, 'name'];
		if (name !== undefined && names.indexOf(name) < index) {
			report(path, `the name ${quote(name)} is already that of check ${names.indexOf(name) + 1}`);
		}

		if ((expressionWords as ReadonlyArray<string | undefined>).includes(name)) {
			report(path, `${quote(name!)} cannot be the name of a check: it is a word of expressions`);
		}
	}
}

function checkCheck(raw: RawCheck, index: number, services: NonNullable<RawServices>, report: Report): Check | undefined {
	const probe = checkProbe(raw, {path: ['checks', index], services, report});
	reportHandler(raw, index, report);
	reportCircle(raw, index, services, report);
	const defaults = checkDefaults[raw.variant];
	const {name, interval: intervalMs, initial, when = defaults.when, handler, timeout, rise, fall} = raw;
	const jitterMs = raw.jitter ?? Math.floor((intervalMs ?? 0) * jitterPart);
	if (intervalMs !== undefined && jitterMs >= intervalMs) {
		report(['checks', index, 'jitter'], 'the jitter must be less than the interval');
	}

	return probe && name !== undefined && intervalMs !== undefined && initial !== undefined
		? {
			name, probe, intervalMs, jitterMs, timeoutMs: timeout ?? defaults.timeoutMs, rise: rise ?? defaults.rise, fall: fall ?? defaults.fall, initial,
			action: raw.action ?? actionOf(raw.variant, when, services.length > 0), handler, when,
		}
		: undefined;
}

/** What nothing of ours can restart is waited for. */
function actionOf(type: RawCheck['variant'], when: Check['when'], hasServices: boolean): CheckAction {
	const {action} = checkDefaults[type];
	return when === 'before-start' || (action === 'restart' && !hasServices) ? 'wait' : action;
}

/** What works and may surprise. */
export const checkWarnings = ({services, checks}: Pick<ApplicationConfig, 'services' | 'checks'>): ReadonlyArray<{readonly check: number; readonly message: string; readonly hint: string}> =>
	checks.flatMap(({name, action}, check) => services.length === 0 && (action === 'restart' || action === 'stopstart')
		? [{check, message: `the check ${quote(name)} would ${action} services, and the farm has none`, hint: 'name them under \'services\', or action: wait'}]
		: []);

function reportHandler({action, handler}: RawCheck, index: number, report: Report): void {
	if (action === 'handler' && handler === undefined) {
		report(['checks', index, 'action'], 'the action handler needs a program under handler', {hint: 'handler: [/usr/local/bin/mend]'});
	} else if (handler !== undefined && action !== 'handler') {
		report(['checks', index, 'handler'], 'a handler runs only with action: handler', {at: 'key', hint: 'action: handler, or leave the handler out'});
	}
}

/** What runs only when the services do cannot be what they wait for. */
function reportCircle(raw: RawCheck, index: number, services: NonNullable<RawServices>, report: Report): void {
	const unit = raw.variant === 'process' || raw.variant === 'unit' ? raw.unit : undefined;
	const ofUnit = services.find(service => service?.variant === 'unit' && unit !== undefined && service.unit === unit)?.name;
	const service = raw.variant === 'process' && raw.service !== undefined ? raw.service : ofUnit;
	if (raw.when === 'before-start' && service !== undefined) {
		report(['checks', index, 'when'], `the service ${quote(service)} would wait for this check, and this check for the service`, {hint: 'when: up'});
	}
}
