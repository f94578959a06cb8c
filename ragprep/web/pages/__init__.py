"""The pages: each module holds one, with its routes; `html` has what they share."""
