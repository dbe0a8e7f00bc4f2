/** What of the application needs a look, and the command that leads on. */

import {checkReason} from './application-rows.js';
import type {StatusCheck, StatusService} from './application.js';
import {formatDuration} from './format.js';
import type {HealthReason} from './health.js';
import type {Status} from './status.js';

/** Of a node that serves: of one that does not, its own reason says why. What that reason names is not told again. */
export function applicationReasons({state, node, reason = '', application}: Status): HealthReason[] {
	return application === undefined || state !== 'UP' ? [] : [
		...application.services.filter(service => service.state !== 'running').map(service => serviceReason(service, node)),
		...application.checks.filter(check => isBad(check) && !reason.includes(`check ${check.name} is down`)).map(check => checkReasonOf(check, node)),
	];
}

const isBad = ({isEnabled, state}: StatusCheck): boolean => !isEnabled || state === 'down';

/** What to do about the reason that the node that answers gives for its state; undefined where the application has nothing to do with it. */
export function nextForApplication({state, node, reason = '', application}: Status): string | undefined {
	if (application === undefined || reason === '') {
		return undefined;
	}

	if (state === 'STOP' && application.held !== undefined) {
		// Nothing is looked at any more; what was found last led to it.
		const culprit = application.checks.find(check => check.isEnabled && (check.results.at(-1)?.outcome ?? 'up') !== 'up');
		return `${culprit === undefined ? 'farmctl events' : tryCheck(culprit)}; when it is mended: farmctl node start ${node}`;
	}

	const culprit = application.checks.find(check => check.isEnabled && check.state === 'down' && reason.includes(`check ${check.name} `));
	return culprit === undefined ? undefined : tryCheck(culprit);
}

/** Shows what a check finds, here and now. */
const tryCheck = ({name}: Pick<StatusCheck, 'name'>): string => `farmctl checkers run --once ${name}`;

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
