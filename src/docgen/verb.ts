/** A verb as data: what the generated pages and the tests of the command tree are made of. */

export type VerbFlag = {
	readonly name: string;
	/** One letter. */
	readonly char?: string;
	readonly takesValue: boolean;
	/** All values there are, where they are counted. */
	readonly options?: readonly string[];
	readonly default?: string;
	/** Environment variable that stands in for the flag. */
	readonly env?: string;
	readonly summary: string;
};

export type VerbArgument = {
	/** As help shows it, such as `FILE`. */
	readonly name: string;
	readonly isRequired: boolean;
	readonly options?: readonly string[];
};

export type Verb = {
	/** Words after `farmctl`, such as `config check`. */
	readonly words: string;
	readonly summary: string;
	readonly arguments: readonly VerbArgument[];
	/** Takes words of another command after its own. */
	readonly takesMore: boolean;
	/** By name. */
	readonly flags: readonly VerbFlag[];
};
