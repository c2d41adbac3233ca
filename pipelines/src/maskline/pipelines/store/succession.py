"""What a person may do about a champion: retire it, or let a former one reign again."""

from maskline.contract.artifact import open_sealed
from maskline.contract.champion import Champion, Reign, Throne, crown, read_champion, thrones, write_champion
from maskline.contract.errors import InvalidInput, NotFound
from maskline.contract.store import Store


def throne_of(store: Store, domain: str, table: str) -> Throne:
    """Return the pointer of a domain's category table.  table: its key; empty where the domain has but one.

    Raises NotFound without one, InvalidInput naming them where several are and none is named.
    """
    there = thrones(store, domain)
    found = [throne for throne in there if table in {"", throne.table}]
    known = ", ".join(throne.table for throne in there)
    if not there:
        raise NotFound(f"{store.uri}/models/{domain} does not exist: {domain} has no champion yet")
    if not found:
        raise InvalidInput(f"'{table}' is no category table of {domain} that had a champion (there are: {known})")
    if len(found) > 1:
        raise InvalidInput(f"{domain} has a champion for each of {len(found)} category tables: name one ({known})")
    return found[0]


def retire(store: Store, throne: Throne, time: str) -> Champion:
    """Let the champion step down, so that nobody reigns until the next challenger; history notes it.

    Its files are not touched, nor asked for.  time: ISO 8601.
    Raises InvalidInput where nobody reigns, or somebody else by now; Changed when a promotion came between.
    """
    champion, version = _still(store, throne)
    if not champion.checkpoint:
        raise InvalidInput(f"{throne.name}: nobody reigns, so nobody can be retired")
    *before, last = champion.history
    vacant = Champion(
        checkpoint="",
        report="",
        dataset="",
        measure="",
        figure=None,
        history=(*before, last.model_copy(update={"retired": time})),
    )
    write_champion(store, throne.domain, throne.table, vacant, version)
    return vacant


def roll_back(store: Store, throne: Throne, time: str, checkpoint: str = "") -> Champion:
    """Let a former champion reign again, the last one before today's or `checkpoint`; history only grows.

    time: ISO 8601.  Raises NotFound when the former one's files are gone; InvalidInput when there is no such former
    champion, or the pointer is not what it was; Changed when a promotion came between.
    """
    champion, version = _still(store, throne)
    earlier = former(champion, checkpoint)
    open_sealed(earlier.checkpoint, "checkpoint")
    whom = champion.checkpoint or "nobody"
    again = earlier.model_copy(
        update={"time": time, "reason": f"rolled back by hand from {whom}", "run": "", "retired": ""}
    )
    restored = crown(again, champion)
    write_champion(store, throne.domain, throne.table, restored, version)
    return restored


def former(champion: Champion, checkpoint: str = "") -> Reign:
    """Return the latest reign of `checkpoint`, or, without one, of the champion before the one that reigns.

    Raises InvalidInput if that never reigned, or reigns now.
    """
    others = [reign for reign in champion.history if reign.checkpoint != champion.checkpoint]
    found = [reign for reign in others if checkpoint in ("", reign.checkpoint)]
    if not found:
        there = ", ".join(sorted({reign.checkpoint for reign in others})) or "none"
        raise InvalidInput(f"{checkpoint or 'an earlier champion'}: no former champion (there are: {there})")
    return found[-1]


def _still(store: Store, throne: Throne) -> tuple[Champion, str]:
    found = read_champion(store, throne.domain, throne.table)
    if found is None or found[0] != throne.champion:
        raise InvalidInput(f"{throne.name} was changed by somebody else since it was looked at: look again")
    return found
