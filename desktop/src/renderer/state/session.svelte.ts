/** Whether the hub knows who is looking. There are no accounts yet: a one-time link sets the cookie. */
class Session {
  state = $state<'unknown' | 'signed-in' | 'signed-out'>('unknown');

  signedIn(): void {
    this.state = 'signed-in';
  }

  signedOut(): void {
    this.state = 'signed-out';
  }
}

export const session = new Session();
