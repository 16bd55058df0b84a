/** A file as a person drops or chooses it. */
export const fileOf = (name: string, content = 'x'): File => new File([content], name);
