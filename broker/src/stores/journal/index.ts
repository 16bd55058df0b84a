export { openJournal, type Journal, type JournalPlace } from './journal.js';
