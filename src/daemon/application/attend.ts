/**
Looks after an application with all that is real. It begins with what is there: what a crashed daemon supervised is ended, and services that run without us
are taken over as they are.
*/

import {nextDeadline} from '../../core/application/deadline.js';
import {resumed} from '../../core/application/boot.js';
import {createApplication as newLife} from '../../core/application/state.js';
import {step} from '../../core/application/step.js';
import type {ApplicationInput, RememberedApplication} from '../../core/application/types.js';
import {monoMs} from '../../core/model/time.js';
import {systemClock} from '../../edge/clock/clock.js';
import {endLeftovers} from '../../edge/services/leftovers.js';
import {openAttendance, type Attendance} from './attendance.js';
import {readRememberedApplication, writeRememberedApplication} from './remembered-application.js';
import {createRunner, type Runner} from './runner.js';
import type {ApplicationNotice, ApplicationTask, ApplicationWord} from './words.js';

/** Returns where words for it go. Rejects with a SystemFailure where what it remembers cannot be read. */
export async function attendApplication(task: ApplicationTask, tell: (notice: ApplicationNotice) => void): Promise<(word: ApplicationWord) => void> {
	const owner = {farm: task.farm, node: task.node};
	const remember = (remembered: RememberedApplication): void => {
		writeRememberedApplication(task.stateDir, owner, remembered, wallMs());
	};

	const before = readRememberedApplication(task.stateDir, owner, wallMs());
	const {wanted, held} = resumed({wanted: task.wanted, held: before.held}, task.settings.application.boot, task.isAfterBoot);
	const remembered = {...before, held};
	if (held !== before.held) {
		remember(remembered);
	}

	await endLeft(task, tell);
	const attendance = openAttendance(task, tell);
	const runner = runnerOf(task, attendance, {remember, tell});
	runner.submit({
		kind: 'begin', wanted, isServing: task.isServing, running: await runner.services.adopt(task.settings.application.services), remembered,
	});
	return word => {
		take(word, {runner, attendance, tell});
	};
}

const wallMs = (): number => systemClock.wall().getTime();

async function endLeft({runDir, settings: {application: {services}}}: ApplicationTask, tell: (notice: ApplicationNotice) => void): Promise<void> {
	const graceMs = Math.max(0, ...services.map(({stopTimeoutMs}) => stopTimeoutMs));
	const ended = await endLeftovers(runDir, graceMs);
	for (const service of ended) {
		tell({kind: 'event', event: {
			level: 'warning', name: 'service-left-over', message: `service ${service} ran on when the daemon before this one ended: it was ended, to be started anew`, fields: {service},
		}});
	}
}

type Telling = {readonly remember: (remembered: RememberedApplication) => void; readonly tell: (notice: ApplicationNotice) => void};

const runnerOf = ({settings}: ApplicationTask, attendance: Attendance, telling: Telling): Runner => createRunner({
	...telling,
	...attendance,
	core: {step, nextDeadline: state => nextDeadline(state) ?? monoMs(Infinity)},
	initial: newLife(settings, systemClock.now()),
	clock: systemClock,
	ended() {
		void attendance.close().finally(() => {
			telling.tell({kind: 'ended'});
		});
	},
});

type Attended = {readonly runner: Runner; readonly attendance: Attendance; readonly tell: (notice: ApplicationNotice) => void};

function take(word: ApplicationWord, {runner, attendance, tell}: Attended): void {
	switch (word.kind) {
		case 'input': {
			attend(word.input, attendance);
			runner.submit(word.input);
			return;
		}

		case 'describe': {
			tell({kind: 'described', question: word.question, application: runner.describe()});
			return;
		}

		case 'happened': {
			attendance.happened(word.name, word.variables);
			return;
		}

		case 'leave':
		case 'kill': {
			runner.stop();
			void runner.services[word.kind]().then(attendance.close).finally(() => {
				tell({kind: 'ended'});
			});
			return;
		}

		default: {
			word satisfies never;
		}
	}
}

function attend(input: ApplicationInput, attendance: Attendance): void {
	if (input.kind === 'configure') {
		attendance.configured(input.settings.application.hooks);
	}
}
