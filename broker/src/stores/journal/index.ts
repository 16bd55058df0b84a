export { openJournal, samePlace, type Journal, type JournalPlace } from './journal.js';
