/** Tests of the carriage of writes between members. Members here are fakes that obey the test. */
@NullMarked
package io.luotsi.persistence.carriage;

import org.jspecify.annotations.NullMarked;
