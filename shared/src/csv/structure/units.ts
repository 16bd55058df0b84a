const atoms = new Set(
  (
    'm s g t l L kg mg ug µg μg ng lb lbs oz km cm mm um µm μm nm in inch ft yd mi h hr hrs min sec ms us µs μs ns d yr ' +
    'K C F °C °F ºC ºF degC degF deg degr degree degrees ° rad sr N kN Pa hPa kPa MPa bar mbar atm psi J kJ MJ cal kcal W kW MW GW ' +
    'Wh kWh MWh GWh VA A mA uA µA μA V mV kV Ω ohm kohm S mS uS µS μS H T Hz kHz MHz GHz ml mL dl dL cl mol mmol umol ' +
    'µmol M mM ppm ppb ppt pH lux lx lm cd dB dBm dBZ dBA rpm kt kn knots mph kph kmh EUR USD GBP CHF $ € £ ¥ % ‰ # n no ' +
    'count counts psu NTU bit B kB KB MB GB px pct percent CO H2O air units unit einheit einheiten Units Unit Einheit ' +
    'day days year years month months hour hours minute minutes second seconds meter meters metre metres gram grams ' +
    'liter litre liters litres celsius kelvin fahrenheit volt volts watt watts ampere amperes ' +
    'str string float float32 float64 int integer int32 int64 number numeric double text date datetime bool boolean ' +
    'timestamp char varchar TS RN Smp Avg Tot Std Max Min'
  ).split(' '),
);
/** `yyyy-mm-dd hh:mm`, `DD.MM.YYYY`, `HHMM`. */
const dateFormat = /^(?=.*[a-z].*[a-z].*[a-z])[ymdhst:/.\s-]+$/i;
const bracketed = /^(?:\[[^\]]{0,30}\]|\([^)]{0,30}\)|\{[^}]{0,30}\})$/;
const between = /[\s/*·×.^()_\d\-+\u00b2\u00b3\u00b9\u2070-\u207f]+/u;

/** Whether a cell's text is a unit of measure, alone or put together (`W/m^2`, `umol m-2 s-1`), or a cell's type. */
export function unitLike(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 30) return false;
  if (bracketed.test(trimmed)) return true;
  if (trimmed.length >= 4 && dateFormat.test(trimmed)) return true;
  const parts = trimmed.split(between).filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => atoms.has(part));
}

/** A unit that is no word or letter as well: `[m]`, `°C`, `m/s`, `%`. */
export const surelyUnit = (text: string): boolean =>
  unitLike(text) && (bracketed.test(text.trim()) || /[°º%‰µμΩ/²³^]/u.test(text));
