/** Probes the checks of a configuration in this process, without a daemon and beside one: nothing follows from what they find. */

import {chosenChecks, partsOf} from '../../core/checkers/list.js';
import {checkFinding, checkReport, evaluatedResult, type CheckFinding, type CheckReport} from '../../core/checkers/report.js';
import {suggest} from '../../core/config/suggest.js';
import type {Check} from '../../core/model/application.js';
import type {CheckResult} from '../../core/model/check-result.js';
import type {Farm} from '../../core/model/farm.js';
import {openCheckParts, type OpenedParts} from '../../edge/checks/parts.js';
import {probeOnce} from '../../edge/checks/probe-once.js';
import {createProber} from '../../edge/checks/prober.js';
import {createCheckRunner} from '../../edge/checks/runner.js';
import {serviceProcesses} from '../../edge/checks/service-process.js';
import {UsageFailure} from '../../errors.js';

export type RunChecksOptions = {
	/** All checks without any. */
	readonly names: readonly string[];
	readonly runDir: string;
};

/** Each once, all at the same time. Throws a UsageFailure for a name that no check has. */
export async function runChecksOnce(farm: Farm, options: RunChecksOptions): Promise<CheckReport> {
	const {chosen, probed} = choose(farm, options);
	const parts = partsFor(farm, options);
	const newest = new Map<string, CheckResult>();
	const found = new Map<string, string>();
	await Promise.all(probed.map(async check => {
		newest.set(check.name, await probeAlone(check, parts));
		found.set(check.name, new Date().toISOString());
	}));
	await parts.close();
	const results = chosen.map(check => checkFinding(check, newest.get(check.name) ?? evaluatedResult(check, newest)!, found.get(check.name) ?? new Date().toISOString()));
	return checkReport(farm.name, results);
}

async function probeAlone(check: Check, parts: OpenedParts): Promise<CheckResult> {
	const prober = createProber(check, parts);
	const result = await probeOnce(prober, check.timeoutMs).result;
	await prober.close();
	return result;
}

/** At their times, until the signal is aborted; `told` of each result, of an expression where it changes. Resolves with the newest of each. Throws as above. */
export async function runChecks(farm: Farm, {signal, told, ...options}: RunChecksOptions & {readonly signal: AbortSignal; readonly told: (finding: CheckFinding) => void}): Promise<CheckReport> {
	const {chosen, probed} = choose(farm, options);
	const parts = partsFor(farm, options);
	const newest = new Map<string, CheckResult>();
	const findings = new Map<string, CheckFinding>();
	const tell = (check: Check, result: CheckResult): void => {
		const finding = checkFinding(check, result, new Date().toISOString());
		findings.set(check.name, finding);
		told(finding);
	};

	const runner = createCheckRunner({
		createProber: check => createProber(check, parts),
		told({name, result}) {
			newest.set(name, result);
			for (const check of chosen) {
				const known = check.name === name ? result : (partsOf(check).includes(name) ? evaluatedResult(check, newest) : undefined);
				if (known !== undefined && (check.name === name || findings.get(check.name)?.outcome !== known.outcome)) {
					tell(check, known);
				}
			}
		},
	});
	for (const check of probed) {
		runner.begin(check, 1);
	}

	await aborted(signal);
	await runner.close();
	await parts.close();
	return checkReport(farm.name, chosen.flatMap(({name}) => findings.get(name) ?? []));
}

const aborted = async (signal: AbortSignal): Promise<void> => new Promise(resolve => {
	if (signal.aborted) {
		resolve();
	}

	signal.addEventListener('abort', () => {
		resolve();
	});
});

const partsFor = ({application: {services}}: Farm, {runDir}: RunChecksOptions): OpenedParts => openCheckParts({runDir, pidOfService: serviceProcesses(services, runDir)});

function choose({application: {checks}}: Farm, {names}: RunChecksOptions): {readonly chosen: readonly Check[]; readonly probed: readonly Check[]} {
	const known = checks.map(({name}) => name);
	const unknown = names.find(name => !known.includes(name));
	if (unknown !== undefined) {
		const close = suggest(unknown, known);
		throw new UsageFailure(`there is no check '${unknown}'`, {hint: close === undefined ? 'farmctl checkers list names them' : `did you mean '${close}'?`});
	}

	const {chosen, needed} = chosenChecks(checks, names);
	return {chosen, probed: [...chosen, ...needed].filter(({probe}) => probe.type !== 'expression')};
}
