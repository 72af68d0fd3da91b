package io.luotsi.bench;

/**
 * What one start took. Times are milliseconds from the call of {@code ./luotsi up} on.
 *
 * @param listens until a connection to the API is accepted
 * @param answers until the first request, a list that reads the store consistently, is answered
 * @param ready until the node is Ready
 * @param processorMillis processor time, of all threads, until the first answer: what another load
 *     on the machine changes least
 * @param residentMiB when it was left alone
 * @param mappedMiB of that, what is mapped from files and shared by JVMs of one machine
 * @param idlePerMille of one processor, when it was left alone
 */
record StartFigures(
    long listens,
    long answers,
    long ready,
    long processorMillis,
    long residentMiB,
    long mappedMiB,
    long idlePerMille) {}
