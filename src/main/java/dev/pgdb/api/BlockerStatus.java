package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Something that stands in the way of a deletion. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BlockerStatus(
    @JsonPropertyDescription("Kind of blocker, such as PreparedTransaction.") String type,
    @JsonPropertyDescription("What it is: the pid, the transaction, the slot, the role.")
        String subject,
    @JsonPropertyDescription("Since when it has been in the way (RFC 3339).")
        @Nullable String since,
    @JsonPropertyDescription("What it prevents.") String message,
    @JsonPropertyDescription("What somebody with the right privilege can do about it.")
        String remedy) {}
