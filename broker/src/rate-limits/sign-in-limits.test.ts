import { expect, it } from 'vitest';
import { createSignInLimits, type Guesser } from './sign-in-limits.js';

const email = 'ada@example.org';
const minuteMs = 60_000;
const stranger = (address: string): Guesser => ({ address, known: null });

function openLimits() {
  const clock = { now: 1_000_000 };
  const limits = createSignInLimits(() => clock.now);
  /** How many of so many guesses at once get through to the password. */
  const guesses = (count: number, from: (index: number) => Guesser, login = email) =>
    Array.from({ length: count }, (_, index) => limits.attempt(login, from(index))).filter(
      (wait) => wait === 0,
    ).length;
  return { ...limits, clock, guesses };
}

it('slows one address down at one account after five, and lets others there at it', () => {
  const { attempt, guesses, clock } = openLimits();
  expect(guesses(50, () => stranger('192.0.2.1'))).toBe(5);
  expect(attempt(email, stranger('192.0.2.1'))).toBe(2000);
  expect(attempt(email, stranger('192.0.2.2'))).toBe(0);
  expect(attempt('bob@example.org', stranger('192.0.2.1'))).toBe(0);
  clock.now += 2000;
  expect(attempt(email, stranger('192.0.2.1'))).toBe(0);
  expect(attempt(email, stranger('192.0.2.1'))).toBe(4000);
});

it('slows one address down that tries one password at many accounts', () => {
  const { limits, tried } = { limits: openLimits(), tried: { through: 0 } };
  for (let person = 0; person < 100; person += 1) {
    if (limits.attempt(`person${person}@example.org`, stranger('192.0.2.1')) === 0) tried.through += 1;
  }
  expect(tried.through).toBe(30);
});

it('lets an owner in from a new browser while two hundred addresses guess at the account', () => {
  const { attempt, guesses, succeeded } = openLimits();
  // Each goes on guessing, far beyond its first tries.
  for (let round = 0; round < 5; round += 1) guesses(200, (index) => stranger(`198.51.100.${index}`));
  const owner = stranger('203.0.113.7');
  expect(attempt(email, owner)).toBe(0);
  succeeded(email, owner);
  expect(attempt(email, owner)).toBe(0);
});

it('bears a bounded number of guesses a day at one account, from however many addresses', () => {
  const { guesses, clock } = openLimits();
  let through = 0;
  for (let hour = 0; hour < 23; hour += 1) {
    for (let round = 0; round < 6; round += 1) {
      through += guesses(2000, (index) => stranger(`10.${round}.${index >> 8}.${index & 255}`));
    }
    clock.now += 60 * minuteMs;
  }
  expect(through).toBeLessThan(1200);
});

it('counts a known browser by itself: nobody makes it wait but who sits there', () => {
  const { attempt, guesses, clock } = openLimits();
  const known: Guesser = { address: '192.0.2.1', known: 'b'.repeat(64) };
  for (let round = 0; round < 10; round += 1) guesses(500, (index) => stranger(`192.0.2.${index % 250}`));
  expect(guesses(30, () => known)).toBe(10);
  clock.now += 15 * minuteMs;
  expect(attempt(email, known)).toBe(0);
});
