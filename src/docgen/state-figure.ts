/**
A table of transitions as a figure: a line down for each state, an arrow across for each row. `o` is where it comes from, a head where it goes to; a line that
it only crosses is none of its business. Pure.
*/

export type FigureRow<State extends string> = {readonly from: readonly State[]; readonly to: readonly State[]; readonly when: string};

export type FigureShape<State extends string> = {
	/** From left to right. */
	readonly states: readonly State[];
	/** Between two lines. */
	readonly gap: number;
	/** No line of the figure is longer. */
	readonly width: number;
};

/** The lines of the figure, without spaces at their ends. */
export function stateFigure<State extends string>(rows: ReadonlyArray<FigureRow<State>>, shape: FigureShape<State>): string[] {
	const {states, gap} = shape;
	const names = states.map((state, index) => ({state, at: placeOf(index, gap) - Math.floor(state.length / 2)}));
	const heading = names.reduce((line, {state, at}) => line.padEnd(at) + state, '');
	return [heading, ...rows.flatMap(row => [lifelines(shape), ...rowLines(row, shape)]), lifelines(shape)].map(line => line.trimEnd());
}

const placeOf = (index: number, gap: number): number => 4 + (index * gap);

function lifelines({states, gap}: FigureShape<string>): string {
	return states.reduce((line, _, index) => `${line.padEnd(placeOf(index, gap))}|`, '');
}

function rowLines(row: FigureRow<string>, shape: FigureShape<string>): string[] {
	const {states, gap, width} = shape;
	const textAt = placeOf(states.length - 1, gap) + 3;
	const texts = wrapped(row.when, width - textAt);
	return texts.map((text, index) => (index === 0 ? arrow(row, shape) : lifelines(shape)).padEnd(textAt) + text);
}

function arrow({from, to}: FigureRow<string>, shape: FigureShape<string>): string {
	const {states, gap} = shape;
	const placesOf = (names: readonly string[]): number[] => names.map(name => placeOf(states.indexOf(name), gap));
	const [sources, targets] = [placesOf(from), placesOf(to)];
	const all = [...sources, ...targets];
	const characters = [...lifelines(shape)];
	for (let at = Math.min(...all); at <= Math.max(...all); at++) {
		characters[at] = '-';
	}

	for (const at of sources) {
		characters[at] = 'o';
	}

	for (const at of targets) {
		characters[at] = at > Math.min(...sources) ? '>' : '<';
	}

	return characters.join('');
}

function wrapped(text: string, width: number): string[] {
	const lines = [''];
	for (const word of text.split(' ')) {
		const line = lines.at(-1)!;
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(word);
		} else {
			lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
		}
	}

	return lines;
}
