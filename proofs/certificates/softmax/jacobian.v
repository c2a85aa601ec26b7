From Derivlab Require Import Certificate.
Open Scope R_scope.

(** Jacobian *)
Definition p (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Theorem jacobian : forall (K : nat) (z : nat -> R) (j i : nat),
  (0 < K)%nat ->
  (j < K)%nat ->
  (i < K)%nat ->
  is_derive (fun t => p K (upd z j t) i) (z j)
    (((delta i j) + (-1) * (p K z j)) * (p K z i)).
Proof.
  intros K z j i Hsize_K Hin_j Hin_i.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => K | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => z a_ | _, _ => 0 end)
    ([0; 0; 0]%nat : list nat) ([j; i; 0]%nat : list nat)
    ([] : list premise)
    ([] : list equation)
    ([] : list definition)
    0%nat ([0]%nat : list nat)
    (Mul (Exp (Ten 0 [1])) (Inv (Sum 0 (Exp (Ten 0 [0])))))%nat
    (Mul (Add (Del 1 0) (Mul (Num (-1)) (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0]))))))) (Mul (Exp (Ten 0 [1])) (Inv (Sum 0 (Exp (Ten 0 [0]))))))%nat.
Qed.
