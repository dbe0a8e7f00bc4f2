/** What a verb of the control socket takes: each field with the values it may have. Whatever stands in no form is refused. */

export type FieldResult<Value> = {readonly ok: true; readonly value: Value} | {readonly ok: false; readonly reason: string};

/** Reads one field; `undefined` stands for one that is missing. */
export type Field<Value> = (value: unknown) => FieldResult<Value>;

export type Fields = Readonly<Record<string, Field<unknown>>>;

export type Parsed<Taken extends Fields> = {readonly [Name in keyof Taken]: Taken[Name] extends Field<infer Value> ? Value : never};

/** All fields, or what is wrong with the first that is. */
export function parseFields<Taken extends Fields>(fields: Taken, given: Readonly<Record<string, unknown>>): FieldResult<Parsed<Taken>> {
	const unknown = Object.keys(given).find(name => !Object.hasOwn(fields, name));
	if (unknown !== undefined) {
		return {ok: false, reason: `it takes no ${JSON.stringify(unknown)}`};
	}

	const values: Record<string, unknown> = {};
	for (const [name, parse] of Object.entries(fields)) {
		const result = parse(given[name]);
		if (!result.ok) {
			return {ok: false, reason: `${name} ${result.reason}`};
		}

		values[name] = result.value;
	}

	return {ok: true, value: values as Parsed<Taken>};
}

/** True or false; false where it is missing. */
export const flag: Field<boolean> = value => value === undefined || typeof value === 'boolean' ? {ok: true, value: value ?? false} : {ok: false, reason: 'is not true or false'};

/** A string of at most so many characters. */
export const text = (lengthMax: number): Field<string> => value => typeof value === 'string' && value.length <= lengthMax
	? {ok: true, value}
	: {ok: false, reason: `is no text of at most ${lengthMax} characters`};

/** A whole number in the range. */
export const whole = (min: number, max: number): Field<number> => value => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
	? {ok: true, value: value as number}
	: {ok: false, reason: `is no whole number from ${min} to ${max}`};

/** One of a few words. */
export const oneOf = <Word extends string>(...words: readonly Word[]): Field<Word> => value => words.includes(value as Word)
	? {ok: true, value: value as Word}
	: {ok: false, reason: `is none of ${words.join(', ')}`};

/** A list of at most so many. */
export const list = <Value>(item: Field<Value>, lengthMax: number): Field<readonly Value[]> => value => {
	if (!Array.isArray(value) || value.length > lengthMax) {
		return {ok: false, reason: `is no list of at most ${lengthMax}`};
	}

	const values: Value[] = [];
	for (const each of value) {
		const result = item(each);
		if (!result.ok) {
			return {ok: false, reason: `has one that ${result.reason}`};
		}

		values.push(result.value);
	}

	return {ok: true, value: values};
};

/** An object of such fields. */
export const record = <Taken extends Fields>(fields: Taken): Field<Parsed<Taken>> => value => typeof value === 'object' && value !== null && !Array.isArray(value)
	? parseFields(fields, value as Readonly<Record<string, unknown>>)
	: {ok: false, reason: 'is no object'};

/** May be missing. */
export const optional = <Value>(field: Field<Value>): Field<Value | undefined> => value => value === undefined ? {ok: true, value: undefined} : field(value);

/** Any JSON, for what is parsed elsewhere. */
export const anything: Field<unknown> = value => value === undefined ? {ok: false, reason: 'is missing'} : {ok: true, value};
