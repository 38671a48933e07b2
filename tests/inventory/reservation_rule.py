"""The rule of reserving in plain Python: what the SQL of `reserve`, `release` and `ship` must do."""

from dataclasses import dataclass, field


@dataclass
class Shelf:
    """One location: pieces on hand per product, and what is promised to which line."""

    on_hand: dict[int, int]
    reserved: dict[str, tuple[str, int, int]] = field(
        default_factory=dict
    )  # reference → state, product, pieces

    def free(self, product: int) -> int:
        promised = sum(n for state, p, n in self.reserved.values() if state == "open" and p == product)
        return self.on_hand.get(product, 0) - promised

    def reserve(self, lines, *, partial):
        """[(asked, reserved)] per line, or None for a refusal that changes nothing."""
        before = dict(self.reserved)
        answer = []
        for reference, product, asked in lines:
            state, _product, standing = self.reserved.get(reference, ("released", 0, 0))
            if state == "released":
                standing = max(0, min(asked, self.free(product)))
                if standing:
                    self.reserved[reference] = ("open", product, standing)
            answer.append((asked, standing))
        if not partial and any(got < asked for asked, got in answer):
            self.reserved = before
            return None
        return answer

    def close(self, references, state):
        """Release or ship; gives what was closed."""
        closed = []
        for reference in references:
            held, product, pieces = self.reserved.get(reference, ("", 0, 0))
            if held == "open":
                self.reserved[reference] = (state, product, pieces)
                closed.append((reference, product, pieces))
                if state == "shipped":
                    self.on_hand[product] -= pieces
        return closed
