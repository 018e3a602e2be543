"""Damage in decoding order, and the frames that are predicted from it."""


class Spoilage:
    """Record of the damaged packets of one reading; tells which frames are predicted from them.

    Packets are numbered in decoding order. A damaged packet spoils its own frame and every later
    one, up to the next key frame that was decoded after the damage.
    """

    def __init__(self) -> None:
        self._damaged: list[range] = []  # packets since the latest intact key frame

    def add(self, number: int, *, delay: int = 0) -> None:
        """Add a damaged packet, or the one after a missing one.

        A decoder that works on several packets at once reports damage up to `delay` packets late.
        """
        self._damaged.append(range(max(0, number - delay), number + 1))

    def spoils(self, number: int, *, is_key: bool) -> bool:
        """Return True if the frame of a packet is damaged; frames come in display order.

        A frame that is displayed before a key frame but decoded after it is predicted from both
        sides, and is damaged where the frames before the key frame are.
        """
        if is_key:
            self._damaged = [packets for packets in self._damaged if number <= packets[-1]]
        return any(packets[0] <= number for packets in self._damaged)
