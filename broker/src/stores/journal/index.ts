export { openJournal, samePlace, type Journal, type JournalPlace } from './journal.js';
export { damageWords, DamagedRecordError, keysLike, type JournalDamage } from './journal-damage.js';
