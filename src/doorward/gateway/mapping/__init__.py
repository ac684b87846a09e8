"""From a request of any service to the actions and resources it is authorized on.

Pure: the request's parameters in, requirements out. What needs a look-up, such as the tags of a
resource or the key behind an alias, is left to who asks.
"""

from doorward.gateway.mapping.call import Lookup, Wanted
from doorward.gateway.mapping.requirement import How, Place, Requirement
from doorward.gateway.mapping.rules import requirements

__all__ = ["How", "Lookup", "Place", "Requirement", "Wanted", "requirements"]
