/** The real services, checks and hooks of an application, as its runner uses them. */

import path from 'node:path';
import type {HookEnvironment} from '../../core/hooks/environment.js';
import type {ApplicationInput} from '../../core/application/types.js';
import type {Hooks, Service} from '../../core/model/application.js';
import type {FarmEvent} from '../../core/model/event.js';
import {openCheckParts, type OpenedParts} from '../../edge/checks/parts.js';
import {createProber} from '../../edge/checks/prober.js';
import {createCheckRunner} from '../../edge/checks/runner.js';
import {systemClock} from '../../edge/clock/clock.js';
import {createHookQueue, type HookQueue} from '../../edge/hooks/hook-queue.js';
import {createServiceNotes, type ServiceNotes} from '../../edge/services/leftovers.js';
import {createService} from '../../edge/services/service.js';
import type {ServiceControl, ServiceParts} from '../../edge/services/port.js';
import {createRemedies} from './remedies.js';
import {createOutput} from './output.js';
import type {RunnerParts} from './runner.js';
import {createServices, type Services} from './services.js';
import type {ApplicationNotice, ApplicationTask} from './words.js';

export type Attendance = Pick<RunnerParts, 'services' | 'checks' | 'hook' | 'handler'> & {
	readonly happened: HookQueue['tell'];
	/** Hooks are others from now on. */
	readonly configured: (hooks: Hooks) => void;
	/** Resolves when the hooks that wait have run or had their time, and nothing is left of the checks. */
	readonly close: () => Promise<void>;
};

export function openAttendance(task: ApplicationTask, tell: (notice: ApplicationNotice) => void): Attendance {
	const record = (event: FarmEvent): void => {
		tell({kind: 'event', event});
	};

	let {hooks} = task.settings.application;
	let services: Services | undefined;
	const parts = openCheckParts({runDir: task.runDir, pidOfService: async name => services!.pid(name)});
	const queue = createHookQueue({
		stateDir: task.stateDir, hooks: () => hooks, variables: variablesOf(task), at: () => systemClock.wall().toISOString(), record,
	});
	const remedies = createRemedies(variablesOf(task));
	const closing: Array<() => Promise<void>> = [];
	return {
		services(submit) {
			services = createServices({
				create: serviceOpener(task, {parts, notes: createServiceNotes(task.runDir), record}),
				tell: submit,
				record,
				line: createOutput(systemClock.now, (service, line) => {
					tell({kind: 'output', service, line});
				}),
			});
			return services;
		},
		checks(submit) {
			const runner = createCheckRunner({createProber: check => createProber(check, parts), told(news) {
				submit({kind: 'check', ...news} satisfies ApplicationInput);
			}});
			closing.push(runner.close);
			return runner;
		},
		hook: async (name, call) => queue.run({name, ...call}),
		handler: remedies.run,
		happened: queue.tell,
		configured(next) {
			hooks = next;
		},
		async close() {
			await Promise.all([remedies.close(), ...closing.map(async close => close())]);
			await queue.close();
			await parts.close();
		},
	};
}

const variablesOf = ({farm, node, runDir, configPath}: ApplicationTask): HookEnvironment => ({
	FARMCTL_FARM: farm, FARMCTL_NODE: node, FARMCTL_RUN_DIR: runDir, FARMCTL_CONFIG: configPath,
});

type Opening = {readonly parts: OpenedParts; readonly notes: ServiceNotes; readonly record: (event: FarmEvent) => void};

type Told = Pick<ServiceParts, 'died' | 'line'>;

const serviceOpener = ({farm, node, runDir}: ApplicationTask, {parts, notes, record}: Opening) => (service: Service, told: Told): ServiceControl => createService(service, {
	...told,
	environment: {FARMCTL_FARM: farm, FARMCTL_NODE: node, FARMCTL_SERVICE: service.name},
	outputFile: path.join(runDir, 'services', `${service.name}.log`),
	watchProcess: processWatcher(parts),
	note(pid) {
		try {
			notes.note(service.name, pid);
		} catch (error) {
			record({level: 'warning', name: 'service-not-noted', message: `a daemon that follows a crash of this one would not find service ${service.name}: ${(error as Error).message}`});
		}
	},
});

/** Where this system cannot watch processes, the service is asked again and again all the same. */
const processWatcher = (parts: OpenedParts) => (pid: number, gone: () => void): (() => void) => {
	let isOver = false;
	let unwatch = (): void => undefined;
	void parts.deaths().then(deaths => {
		if (!isOver) {
			unwatch = deaths?.watch(pid, gone) ?? unwatch;
		}
	});
	return () => {
		isOver = true;
		unwatch();
	};
};
