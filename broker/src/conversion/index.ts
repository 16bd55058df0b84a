export { readingOfTable, sourceOfRefusal, type TableConversions, type TakenTable } from './conversions.js';
