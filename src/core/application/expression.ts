/**
Expressions over checks: `web and not (db or cache)`. `not` binds closest, then `and`, then `or`; anything else between blanks and parentheses is
the name of a check.

	expression = conjunction {"or" conjunction}
	conjunction = negation {"and" negation}
	negation = "not" negation | name | "(" expression ")"

A check that has no verdict yet is unknown, and so is all that depends on it (Kleene's three values): `a or b` is up when `a` is, whatever `b` is.
*/

export type Verdict = 'up' | 'down' | 'unknown';

export type Expression =
	| {readonly kind: 'name'; readonly name: string; /** Of its first character in the text, from 0. */ readonly at: number}
	| {readonly kind: 'not'; readonly of: Expression}
	| {readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression};

/** `at`: the first character that cannot stand there, from 0; the length of the text where it ends too early. */
export type ParsedExpression = {readonly expression: Expression} | {readonly at: number; readonly message: string};

export const expressionCharactersMax = 1000;

/** Words of expressions, so no names of checks. */
export const expressionWords = ['and', 'or', 'not'] as const;

/** The expression, or where and why the text is none. Never throws; a text that is too long is none. */
export function parseExpression(text: string): ParsedExpression {
	if (text.length > expressionCharactersMax) {
		return {at: expressionCharactersMax, message: `the expression is longer than ${expressionCharactersMax} characters`};
	}

	const parser = new Parser(text);
	const expression = parser.expression();
	return parser.failure ?? {expression};
}

/** What the expression is, given what each check is. */
export function evaluateExpression(expression: Expression, verdictOf: (name: string) => Verdict): Verdict {
	switch (expression.kind) {
		case 'name': {
			return verdictOf(expression.name);
		}

		case 'not': {
			const verdict = evaluateExpression(expression.of, verdictOf);
			return verdict === 'unknown' ? verdict : opposite[verdict];
		}

		case 'and':
		case 'or': {
			const decisive = expression.kind === 'and' ? 'down' : 'up';
			const verdicts = new Set([evaluateExpression(expression.left, verdictOf), evaluateExpression(expression.right, verdictOf)]);
			return verdicts.has(decisive) ? decisive : (verdicts.has('unknown') ? 'unknown' : opposite[decisive]);
		}

		default: {
			return expression satisfies never;
		}
	}
}

/** The names of checks in it, in the order of the text, each once, where it stands first. */
export function expressionNames(expression: Expression): ReadonlyArray<{readonly name: string; readonly at: number}> {
	switch (expression.kind) {
		case 'name': {
			return [expression];
		}

		case 'not': {
			return expressionNames(expression.of);
		}

		case 'and':
		case 'or': {
			const left = expressionNames(expression.left);
			return [...left, ...expressionNames(expression.right).filter(({name}) => left.every(other => other.name !== name))];
		}

		default: {
			return expression satisfies never;
		}
	}
}

const opposite = {up: 'down', down: 'up'} as const;

type Token = {readonly text: string; readonly at: number};

/** What an expression is when its text is none: `failure` says so, and nobody reads this. */
const nothing: Expression = {kind: 'name', name: '', at: 0};

class Parser {
	failure: {readonly at: number; readonly message: string} | undefined;
	readonly #tokens: readonly Token[];
	#next = 0;

	constructor(text: string) {
		this.#tokens = [
			...[...text.matchAll(/[()]|[^\s()]+/gu)].map(match => ({text: match[0], at: match.index})),
			{text: '', at: text.length},
		];
	}

	expression(): Expression {
		const expression = this.#chain('or', () => this.#chain('and', () => this.#negation()));
		const {text, at} = this.#token;
		if (text !== '') {
			this.#fail(at, text === ')' ? 'this parenthesis closes none' : `expected and, or, or the end, found '${text}'`);
		}

		return expression;
	}

	#chain(kind: 'and' | 'or', part: () => Expression): Expression {
		let left = part();
		while (this.#take(kind)) {
			left = {kind, left, right: part()};
		}

		return left;
	}

	#negation(): Expression {
		const {text, at} = this.#token;
		if (this.#take('not')) {
			return {kind: 'not', of: this.#negation()};
		}

		if (this.#take('(')) {
			return this.#parenthesis(at);
		}

		if (text === '' || text === ')' || isWord(text)) {
			return this.#fail(at, `expected the name of a check, not or a parenthesis, found ${text === '' ? 'the end' : `'${text}'`}`);
		}

		this.#next++;
		return {kind: 'name', name: text, at};
	}

	#parenthesis(opened: number): Expression {
		const inner = this.#chain('or', () => this.#chain('and', () => this.#negation()));
		const {text, at} = this.#token;
		if (this.#take(')')) {
			return inner;
		}

		return text === '' ? this.#fail(opened, 'this parenthesis is not closed') : this.#fail(at, `expected and, or, or a closing parenthesis, found '${text}'`);
	}

	get #token(): Token {
		return this.#tokens[this.#next]!;
	}

	#take(text: string): boolean {
		const isThere = this.failure === undefined && this.#token.text === text;
		this.#next += isThere ? 1 : 0;
		return isThere;
	}

	/** The first failure is the one that is told. */
	#fail(at: number, message: string): Expression {
		this.failure ??= {at, message};
		return nothing;
	}
}

const isWord = (text: string): boolean => (expressionWords as readonly string[]).includes(text);
