"""How a resource type is declared: its properties, and one function for each thing done to it."""

from collections.abc import Callable
from dataclasses import dataclass

from doorward.base.errors import AwsError
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import Unreadable
from doorward.services.cloudformation.types.shape import Shape, checked

Make = Callable[[Call, Properties, Facts], Created]
Change = Callable[[Call, str, Properties, Properties, Facts], Created]
Remove = Callable[[Call, str, Properties, Facts], None]
Look = Callable[[Call, str, Facts], Properties | None]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type; a `Provider`.

    The functions get properties that are checked and coerced.

    Attributes:
        shape: the properties that the type takes.
        attributes: the names that `Fn::GetAtt` may ask for.
        look: None where nothing can be read by the physical id alone.
        waits: its functions may raise `Waiting`, and then are called again.
    """

    type_name: str
    shape: Shape
    make: Make
    change: Change
    remove: Remove
    look: Look | None
    attributes: tuple[str, ...] = ()
    waits: bool = False

    @property
    def readable(self) -> bool:
        """Whether `read` works."""
        return self.look is not None

    def checked(self, properties: Properties) -> Properties:
        """*properties* with scalars coerced.

        Raises:
            PropertyValidationFailure: they are not the type's.
            UnsupportedProperty: one is refused by name.
        """
        found: Properties = checked(self.type_name, self.shape, properties)
        return found

    def create(self, call: Call, properties: Properties, facts: Facts) -> Created:
        """Make the resource, or nothing."""
        return self.make(call, self.checked(properties), facts)

    def update(
        self, call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts
    ) -> Created:
        """Bring the resource from *old* to *new*.

        INVARIANT: nothing of properties that are refused was ever done. So where a stack is
        brought back from such ones, the resource is already as *new* has it.
        """
        wanted = self.checked(new)
        try:
            before = self.checked(old)
        except AwsError:
            before = wanted
        return self.change(call, physical_id, before, wanted, facts)

    def delete(self, call: Call, physical_id: str, properties: Properties, facts: Facts) -> None:
        """Remove the resource; it may be gone already."""
        try:
            known = self.checked(properties)
        except AwsError:  # made when they were taken: that must not keep it from being removed
            known = properties
        self.remove(call, physical_id, known, facts)

    def read(self, call: Call, physical_id: str, facts: Facts) -> Properties | None:
        """The properties that the resource has now, None where it is gone.

        Raises:
            Unreadable: nothing can be read by the id alone.
        """
        if self.look is None:
            raise Unreadable(self.type_name)
        found = self.look(call, physical_id, facts)
        if found is None:
            return None
        coerced: Properties = checked(self.type_name, self.shape, found, whole=False)
        return coerced
