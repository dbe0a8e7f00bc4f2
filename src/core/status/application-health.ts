/** What of the application needs a look, and the command that leads on. */

import {checkReason} from './application-rows.js';
import type {StatusCheck, StatusService} from './application.js';
import {formatDuration} from './format.js';
import type {HealthReason} from './health.js';
import type {Status} from './status.js';

/** Of a node that serves: of one that does not, its own reason says why. */
export function applicationReasons({state, node, application}: Status): HealthReason[] {
	return application === undefined || state !== 'UP' ? [] : [
		...application.services.filter(service => service.state !== 'running').map(service => serviceReason(service, node)),
		...application.checks.filter(check => !check.isEnabled || check.state === 'down').map(check => checkReasonOf(check, node)),
	];
}

/** The check that keeps the node that answers from serving, as far as one does. */
export const culpritOf = ({state, application}: Status): StatusCheck | undefined =>
	state === 'UP' ? undefined : application?.checks.find(check => check.isEnabled && check.state === 'down' && check.action !== 'none');

/** Shows what a check finds, here and now. */
export const tryCheck = ({name}: Pick<StatusCheck, 'name'>): string => `farmctl checkers run --once ${name}`;

const serviceReason = ({name, state, reason}: StatusService, node: string): HealthReason => ({
	code: 'service', message: `service ${name} on ${node} is ${state}${reason === undefined ? '' : `: ${reason}`}`, next: 'farmctl events -f',
});

function checkReasonOf(check: StatusCheck, node: string): HealthReason {
	const reason = checkReason(check);
	if (!check.isEnabled) {
		return {code: 'check', message: `check ${check.name} on ${node} is disabled ${reason}`, next: `farmctl checkers enable ${check.name}`};
	}

	return {code: 'check', message: `check ${check.name} on ${node} is down for ${formatDuration(check.sinceMs)}${reason === '' ? '' : `: ${reason}`}`, next: tryCheck(check)};
}
