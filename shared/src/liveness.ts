/** Rounds of asking without an answer after which a service counts as gone: a lost packet or two is no absence. */
const roundsOfSilence = 5;

/** Names heard of late. Whoever leaves without a goodbye is missed after some rounds of silence. */
export interface Liveness {
  heard(name: string): void;
  /** It said goodbye. Gives whether it was in sight. */
  left(name: string): boolean;
  /** Another round of asking begins; gives the names that kept silent for too long, once. */
  nextRound(): string[];
}

export function createLiveness(): Liveness {
  const silentRounds = new Map<string, number>();
  return {
    heard: (name) => void silentRounds.set(name, 0),
    left: (name) => silentRounds.delete(name),
    nextRound() {
      const lost: string[] = [];
      for (const [name, rounds] of silentRounds) {
        if (rounds < roundsOfSilence) silentRounds.set(name, rounds + 1);
        else {
          silentRounds.delete(name);
          lost.push(name);
        }
      }
      return lost;
    },
  };
}
