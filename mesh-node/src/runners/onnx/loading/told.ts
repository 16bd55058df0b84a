/** A code and the sentence for people; undefined where an error is of another kind. */
export type Told = ['model-invalid' | 'model-unsupported' | 'app-memory-limit', string] | undefined;
