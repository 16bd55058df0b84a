/**
 * From how much progress on (0..1) a run's own pace is told from it. Two figures, because a wrong one costs differently.
 */

/**
 * To say when a run ends. Where nothing was predicted its pace alone is what people read and what others wait by, and
 * the start of an app counts in it as if it were work: at 5 % that is off by 20 times the start at most.
 */
export const minProgressForEta = 0.05;

/**
 * To learn how fast a machine is, and to run a slow part a second time. Both have bounds of their own against what
 * little progress hides (a run of two seconds at least, twice as slow as foreseen), and are of use only while most of
 * the run is still to come.
 */
export const minProgressForPace = 0.02;
