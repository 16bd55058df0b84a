import { leastSecretCharacters, reservedVariable } from '@meshdeck/shared';

/** A secret that is being typed. */
export class SecretForm {
  name = $state('');
  value = $state('');
  /** One of the lab's: everybody's jobs may use it. */
  forEveryone = $state(false);
  busy = $state(false);

  /** What stands against the name, as a sentence; null where nothing does. */
  nameProblem = $derived.by(() => {
    const reason = this.name === '' ? undefined : reservedVariable(this.name);
    return reason === undefined ? null : `It ${reason}.`;
  });
  valueProblem = $derived(
    this.value !== '' && this.value.trim().length < leastSecretCharacters
      ? `It needs at least ${leastSecretCharacters} characters: a shorter one could not be masked in logs.`
      : null,
  );
  isReady = $derived(
    this.name !== '' &&
      this.value !== '' &&
      this.nameProblem === null &&
      this.valueProblem === null &&
      !this.busy,
  );

  clear(): void {
    this.name = '';
    this.value = '';
    this.forEveryone = false;
  }
}
